"""居民: residents verified by a one-time code or an identity service, without accounts."""
