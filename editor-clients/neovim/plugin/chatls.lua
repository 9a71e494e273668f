--- Commands and <Plug> maps. Nothing is loaded here: the first use loads what it needs.

if vim.g.loaded_chatls then
  return
end
vim.g.loaded_chatls = true

if vim.fn.has("nvim-0.10") == 0 then
  vim.notify("chatls: Neovim 0.10 or newer is needed", vim.log.levels.WARN)
  return
end

---@type table<string, vim.api.keyset.user_command>
local commands = {
  Chat = { nargs = "*", range = true, bang = true, desc = "Open the chat, or send a message; a range goes along" },
  ChatAgent = { nargs = "?", desc = "Choose which agent answers" },
  ChatApply = { nargs = 0, desc = "Put the code block under the cursor into the file" },
  ChatApprove = { nargs = 0, desc = "Go to the question that waits for an answer" },
  ChatDelete = { nargs = "?", desc = "Delete a session" },
  ChatEdit = { nargs = "+", range = true, desc = "Have the model edit the lines" },
  ChatFork = { nargs = 0, desc = "Go on in a copy of this session" },
  ChatGrants = { nargs = 0, desc = "What was allowed for later; take it back" },
  ChatModel = { nargs = "?", desc = "Choose which model answers" },
  ChatNew = { nargs = 0, desc = "Begin a new session" },
  ChatPrompt = { nargs = "*", bang = true, desc = "Show exactly what would be sent to the model" },
  ChatRename = { nargs = "*", desc = "Give this session another title" },
  ChatResend = { nargs = 0, desc = "Edit the last message and send it again" },
  ChatRetry = { nargs = 0, desc = "Send the last message again" },
  ChatSessions = { nargs = "*", desc = "Choose a session to go on with" },
  ChatStop = { nargs = 0, bang = true, desc = "Stop the answer; with !, end the server too" },
  ChatToggle = { nargs = 0, desc = "Open or close the chat" },
  ChatUndo = { nargs = "?", desc = "Undo what the last turn did" },
  ChatYank = { nargs = 0, desc = "Yank the code block under the cursor" },
}

for name, options in pairs(commands) do
  if options.nargs ~= 0 then
    options.complete = function(...)
      return require("chatls.commands").complete(name, ...)
    end
  end
  vim.api.nvim_create_user_command(name, function(args)
    require("chatls.commands").run(name, args)
  end, options)
end

---@param mode string|string[]
---@param name string
---@param keys string
---@param desc string
local function map(mode, name, keys, desc)
  vim.keymap.set(mode, ("<Plug>(chatls-%s)"):format(name), keys, { desc = "chatls: " .. desc })
end

map("n", "open", "<Cmd>Chat<CR>", "open the chat")
map("x", "open", ":Chat<CR>", "open the chat with the selection")
map("n", "toggle", "<Cmd>ChatToggle<CR>", "open or close the chat")
map("n", "stop", "<Cmd>ChatStop<CR>", "stop the answer")
map("n", "new", "<Cmd>ChatNew<CR>", "begin a new session")
map("n", "model", "<Cmd>ChatModel<CR>", "choose the model")
map("n", "agent", "<Cmd>ChatAgent<CR>", "choose the agent")
map("n", "sessions", "<Cmd>ChatSessions<CR>", "choose a session")
map("n", "approve", "<Cmd>ChatApprove<CR>", "go to the question that waits")
map("n", "undo", "<Cmd>ChatUndo<CR>", "undo what the last turn did")
map("n", "yank", "<Cmd>ChatYank<CR>", "yank the code block")
map("n", "apply", "<Cmd>ChatApply<CR>", "put the code block into the file")
map({ "n", "x" }, "edit", ":ChatEdit ", "have the model edit the lines")
