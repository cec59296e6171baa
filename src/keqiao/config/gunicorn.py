"""How gunicorn serves the site: ``gunicorn -c python:keqiao.config.gunicorn keqiao.config.wsgi``.

Every value can be changed on gunicorn's command line or in GUNICORN_CMD_ARGS; WEB_CONCURRENCY sets the processes.
"""

import gc
import os

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))  # one for each core
threads = 16  # half of them for sign-ups (KEQIAO_SIGN_UPS_AT_ONCE), the others for every other page
worker_connections = 2000  # accepted and waiting for a thread: none of them is refused
backlog = 4096  # and those who are not accepted yet; the kernel's net.core.somaxconn is the limit above it
keepalive = 5  # seconds
timeout = 60  # without a sign of life from a process, seconds


def post_worker_init(worker: object) -> None:  # noqa: ARG001 - what gunicorn calls
    """Look for garbage less often: what was imported stays, and a request leaves little that must be looked for."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
