/* An implementation of STT/1 as a shared library: the adapter protocol (docs/adapter-protocol.md)
 * by three calls instead of two pipes. Export all three, and run
 *
 *     stt conform run --adapter-lib ./libmine.so
 *
 * A library lives in the process of the suite: if it crashes or never returns, so does the suite.
 * `stt conform serve --adapter-lib ./libmine.so` puts it into a process of its own. */
#ifndef STT_ADAPTER_H
#define STT_ADAPTER_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct stt_adapter stt_adapter;

/* A new adapter that shares nothing with others; several may live at once, each used by one thread
 * at a time. NULL: it cannot start. */
stt_adapter *stt_adapter_open(void);

/* The reply to a request: both one line of JSON in UTF-8 without its end, and at most 16 MiB. The
 * reply stays the adapter's, and valid until the next call with it. NULL: there is none, and the
 * adapter will not be asked again. */
const char *stt_adapter_request(stt_adapter *adapter, const char *request);

void stt_adapter_close(stt_adapter *adapter);

#ifdef __cplusplus
}
#endif

#endif
