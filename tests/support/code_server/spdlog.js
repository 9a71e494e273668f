// Stands in for VS Code's native writer of log files, which would have to be compiled: the same calls, without rotation.
// The output channels show these files. Put in place by vscode_install.py.
const { appendFileSync, mkdirSync } = require("node:fs");
const { dirname } = require("node:path");

class Logger {
  constructor(file) {
    this.file = file;
    this.level = 0;
    this.bare = false;
    mkdirSync(dirname(file), { recursive: true });
  }
  write(level, text) {
    appendFileSync(this.file, this.bare ? text : `${new Date().toISOString()} [${level}] ${text}\n`);
  }
  clearFormatters() {
    this.bare = true;
  }
  getLevel() {
    return this.level;
  }
  setLevel(level) {
    this.level = level;
  }
  setPattern() {}
  flush() {}
  drop() {}
}

["trace", "debug", "info", "warn", "error", "critical"].forEach((name, rank) => {
  Logger.prototype[name] = function (text) {
    if (rank >= this.level) this.write(name, text);
  };
});

const create = async (_name, file) => new Logger(file);

module.exports = {
  Logger,
  createAsyncRotatingLogger: create,
  createRotatingLogger: create,
  setFlushOn() {},
  setLevel() {},
};
