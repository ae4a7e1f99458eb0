"""How gunicorn serves the portal: `gunicorn -c portal/gunicorn_conf.py wsgi:app`."""

import sys
from pathlib import Path

from portal.config import load

settings = load()

bind = f"{settings['HOST']}:{settings['PORT']}"
workers = settings["WORKERS"]
worker_class = "gthread"
threads = settings["THREADS"]
timeout = 60
keepalive = 15  # also how long somebody on a slow line may take to begin a request
graceful_timeout = 20
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True
if sys.platform == "linux" and Path("/dev/shm").is_dir():  # noqa: S108 - heartbeat in memory
    worker_tmp_dir = "/dev/shm"  # noqa: S108
limit_request_line = 8190
limit_request_fields = 80
accesslog = None
errorlog = "-"
loglevel = "warning"
