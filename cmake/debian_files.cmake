# Run by CPack before it packs: what Debian asks of a package beyond what an installation has. Pages of the manual are
# compressed; /usr/share/doc/PACKAGE has Debian's copyright file in place of the whole licence, and a changelog.
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)  # of SOURCE_DATE_EPOCH, if that is set
file(GLOB_RECURSE pages ${CPACK_TEMPORARY_DIRECTORY}/*/usr/share/man/*.1)
file(GLOB folders ${CPACK_TEMPORARY_DIRECTORY}/*/usr/share/doc/*)
foreach(folder ${folders})
  get_filename_component(package ${folder} NAME)
  file(COPY_FILE ${CMAKE_CURRENT_LIST_DIR}/debian_copyright ${folder}/copyright)
  file(WRITE ${folder}/changelog
       "${package} (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium\n\n"
       "  * What changed stands in CHANGELOG.md of the source.\n\n"
       " -- ${CPACK_PACKAGE_CONTACT}  ${date}\n")
  list(APPEND pages ${folder}/changelog)
endforeach()
execute_process(COMMAND gzip -9nf ${pages} COMMAND_ERROR_IS_FATAL ANY)
