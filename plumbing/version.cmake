# Run at every build: writes OUTPUT from INPUT with the commit of SOURCE_DIR, if that changed.
execute_process(
  COMMAND git -C ${SOURCE_DIR} describe --always --dirty --abbrev=12 --exclude=*
  OUTPUT_VARIABLE COMMIT ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
if(COMMIT)
  set(COMMIT " (${COMMIT})")
endif()
configure_file(${INPUT} ${OUTPUT} @ONLY)
