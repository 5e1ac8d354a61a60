"""threading and queue."""
import queue, threading
