// Stands in for code-server's native hashing of passwords, which would have to be compiled: the tests' servers have no
// password. Put in place by vscode_install.py.
const none = async () => {
  throw new Error("argon2 is not built here");
};

module.exports = { hash: none, verify: none };
