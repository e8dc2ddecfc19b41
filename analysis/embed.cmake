# Makes C source of files, so that the program needs none of them beside it:
#   cmake -DOUTPUT=assets.c "-DNAMES=a;b" "-DFILES=a.js;b.css" -P embed.cmake
set(text "#include \"analysis/assets.h\"\n")
foreach(name file IN ZIP_LISTS NAMES FILES)
  file(READ ${file} bytes HEX)
  file(SHA256 ${file} digest)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(REGEX REPLACE "(..)" "0x\\1," digest "${digest}")
  string(APPEND text "static const unsigned char ${name}[] = {${bytes}};\n"
    "const ds_asset ds_asset_${name} = {${name}, sizeof ${name}, {${digest}}};\n")
endforeach()
file(WRITE ${OUTPUT} "${text}")
