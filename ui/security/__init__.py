"""What NiceGUI leaves open, closed once for all pages. Each module closes one probe and names its test.

| probe                                              | closed by             |
|----------------------------------------------------|-----------------------|
| an event through another user's socket             | `sockets.py`          |
| a websocket or poll from a foreign page            | `origin.py`           |
| a handler of a page opened before logout           | `clients.py`          |
| a body larger than allowed, an upload to a stranger| `bodies.py`, `uploads.py` |
| a session id that outlives login, logout, visitor  | `handover.py`         |
| thousands of page loads without a socket           | `bare_pages.py`       |
| no security headers                                | `headers.py`          |
| links to `javascript:` and to elsewhere            | `targets.py`          |

Nothing here decides what somebody may do: pages and operations do, by permission, at every call. The middlewares are
plain ASGI and read `scope['path']`, never the URL rebuilt from the Host header, and a path only ever makes them
stricter.
"""
