// Stands in for what would end the extension host, natively, when its parent has died: the tests end both. Put in place by
// vscode_install.py.
module.exports = { start() {} };
