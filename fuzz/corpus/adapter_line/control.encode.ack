{"id": 1, "op": "vector", "kind": "control.encode", "in": {"delay_us": "300", "message": "ack", "ranges": [["9", "10"], ["5", "5"], ["0", "2"]]}}
