--- The highlight groups of the panel, each a link to one that every colour scheme has; a user's own definition wins.
--- `view.lua` calls it; the names are part of the help.

local M = {}

---@type table<string, string>
M.LINKS = {
  ChatlsAdded = "Added",
  ChatlsAnswer = "CursorLine",
  ChatlsAnswerTitle = "Function",
  ChatlsContext = "Directory",
  ChatlsDone = "DiagnosticOk",
  ChatlsError = "DiagnosticError",
  ChatlsFailed = "DiagnosticError",
  ChatlsHint = "DiagnosticWarn",
  ChatlsMeta = "Comment",
  ChatlsPhase = "DiagnosticInfo",
  ChatlsPlaceholder = "Comment",
  ChatlsRemoved = "Removed",
  ChatlsRunning = "DiagnosticInfo",
  ChatlsThinking = "Comment",
  ChatlsTool = "Identifier",
  ChatlsUser = "CursorLine",
  ChatlsUserTitle = "Title",
}

--- Define the groups that nobody has defined. They stay through a change of the colour scheme.
function M.define()
  for name, target in pairs(M.LINKS) do
    vim.api.nvim_set_hl(0, name, { link = target, default = true })
  end
end

return M
