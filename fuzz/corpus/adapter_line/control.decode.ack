{"id": 1, "op": "vector", "kind": "control.decode", "in": {"bytes": "01ac020a020102000102"}}
