# Comments are written for people who read the header; this tells Doxygen what they belong to. One on lines of its own
# belongs to what follows, one behind a declaration to what it stands behind, and the one that a file begins with is the
# file's. What is indented in it is code.
1s|^// |/// @file\n/// |
s|^( *)//   |\1///      |
s|^( *)// |\1/// |
s|^( *)//$|\1///|
s|([;,{})]) +// (.*)$|\1  ///< \2|
# In words, :: at the beginning is no name of ours.
/\/\/\//s|([^A-Za-z_>])::|\1\\::|g
# Doxygen does not follow into namespaces of others.
/^template <>$/{
  N
  s|^.*boost::.*\{\};$||
}
