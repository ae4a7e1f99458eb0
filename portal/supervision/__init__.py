"""督办: the inspection office sees every case and every act, and changes none."""
