/**
 * The ids of all commands, as they stand in package.json. Data alone. None of them is `chatls.ask`: that is the server's
 * own command, which other language clients register under its name.
 */
export enum CommandId {
  Ask = "chatls.askQuestion",
  AskAboutSelection = "chatls.askAboutSelection",
  Explain = "chatls.explain",
  FixDiagnostics = "chatls.fixDiagnostics",
  EditSelection = "chatls.editSelection",
  NewChat = "chatls.newChat",
  Stop = "chatls.stop",
  ChooseModel = "chatls.chooseModel",
  RestartServer = "chatls.restartServer",
  ShowLogs = "chatls.showLogs",
}
