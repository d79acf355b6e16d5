# `./dev docs`: pages of the public headers. Comments are written for people who read the header; the filter tells
# Doxygen which of them it should take.
get_property(public_headers GLOBAL PROPERTY STT_PUBLIC_HEADERS)
list(JOIN public_headers " " public_headers)
configure_file(cmake/Doxyfile.in Doxyfile @ONLY)
