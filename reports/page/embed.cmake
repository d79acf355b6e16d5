# cmake -D PAGE=page.html -D STYLE=page.css -D SCRIPT=page.js -D HEADER=page_html.hpp.in -D OUT=page_html.hpp -P embed.cmake:
# style and script go into the page, and the page into a header.
file(READ ${PAGE} STT_REPORT_PAGE)
foreach(part STYLE SCRIPT)
  file(READ ${${part}} text)
  string(STRIP "${text}" text)
  string(REPLACE "@STT_REPORT_${part}@" "${text}" STT_REPORT_PAGE "${STT_REPORT_PAGE}")
endforeach()
configure_file(${HEADER} ${OUT} @ONLY)
