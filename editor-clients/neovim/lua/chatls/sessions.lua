--- Sessions beyond the one that is shown: list, go on with one, rename, fork, delete. Called by `commands.lua`.

local asking = require("chatls.asking")
local notify = require("chatls.notify")
local state = require("chatls.state")
local turn = require("chatls.turn")

local M = {}

local PAGE = 50
local NOT_BEGUN = "there is no session yet: the first message begins it"
local UNITS = { { 86400, "day" }, { 3600, "hour" }, { 60, "minute" } }

---@param count integer
---@param noun string
---@return string
local function plural(count, noun)
  return ("%d %s%s"):format(count, noun, count == 1 and "" or "s")
end

--- How long ago an ISO 8601 time in UTC was, for people.
---@param timestamp string
---@param now integer Seconds since the epoch.
---@return string
function M.age(timestamp, now)
  local year, month, day, hour, minute, second = timestamp:match("^(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)")
  if not year then
    return "no date"
  end
  ---@type table
  local parts = { year = year, month = month, day = day, hour = hour, min = minute, sec = second, isdst = false }
  -- Both taken for local times, which takes the same from each.
  local seconds = os.time(os.date("!*t", now) --[[@as std.osdateparam]]) - os.time(parts)
  for _, unit in ipairs(UNITS) do
    if seconds >= unit[1] then
      return plural(math.floor(seconds / unit[1]), unit[2]) .. " ago"
    end
  end
  return "just now"
end

---@param session chatls.wire.SessionInfo
---@return string
local function label(session)
  local busy = session.busy and ", answering" or ""
  local title = session.title ~= "" and session.title or "untitled"
  return ("%s  (%s, %s%s)"):format(title, plural(session.turns, "turn"), M.age(session.updatedAt, os.time()), busy)
end

---@param conv chatls.Conversation
---@return boolean
local function is_busy(conv)
  if turn.is_running(conv) then
    notify.warn("an answer is being written: :ChatStop ends it")
    return true
  end
  return false
end

--- Choose one of the sessions; a page at a time.
---@param conv chatls.Conversation
---@param query string Words to look for; "" for all.
---@param prompt string
---@param on_choice fun(session: chatls.wire.SessionInfo)
---@param cursor? string
local function choose(conv, query, prompt, on_choice, cursor)
  local params = { limit = PAGE, cursor = cursor, query = query ~= "" and query or nil }
  asking.request(conv, "chat/listSessions", params, function(result)
    local items = result.sessions
    if not items[1] then
      notify.info(query ~= "" and "no session speaks of that" or "there are no sessions yet")
      return
    end
    if result.nextCursor then
      table.insert(items, { next = result.nextCursor })
    end
    asking.choose(items, prompt, function(item)
      return item.next and "older ones …" or label(item)
    end, function(item)
      if item.next then
        choose(conv, query, prompt, on_choice, item.next)
      else
        on_choice(item)
      end
    end)
  end)
end

--- Show a session as the server has it, and go on with it. An answer that has begun meanwhile is not left for it.
---@param conv chatls.Conversation
---@param session_id string
function M.load(conv, session_id)
  local turns = conv.turns
  asking.request(conv, "chat/getSession", { sessionId = session_id, limit = PAGE }, function(result)
    if turn.is_running(conv) or conv.turns ~= turns then
      notify.warn("another conversation has begun meanwhile: :ChatSessions finds “%s”", result.session.title)
      return
    end
    state.load(conv, result)
    require("chatls.view").open(conv)
  end)
end

--- Put a page of older turns of this session before those that are shown.
---@param conv chatls.Conversation
function M.load_older(conv)
  local older, id = conv.older, conv.id
  if not older then
    return
  end
  asking.request(conv, "chat/getSession", { sessionId = id, before = older.before, limit = PAGE }, function(result)
    if conv.older == older then -- else they are there, or another session is
      state.prepend(conv, result)
    end
  end)
end

--- Choose a session and go on with it.
---@param conv chatls.Conversation
---@param query string
function M.open(conv, query)
  if is_busy(conv) then
    return
  end
  choose(conv, query, "Go on with: ", function(session)
    if not is_busy(conv) then
      M.load(conv, session.sessionId)
    end
  end)
end

--- Give this session another title.
---@param conv chatls.Conversation
---@param title string "": ask for it
function M.rename(conv, title)
  if not conv.id then
    notify.info(NOT_BEGUN)
    return
  end
  if title == "" then
    asking.line("Title: ", conv.title, function(line)
      M.rename(conv, line)
    end)
    return
  end
  asking.request(conv, "chat/renameSession", { sessionId = conv.id, title = title }, function()
    state.set(conv, { title = title })
    notify.info("this session is called: %s", title)
  end)
end

--- Choose a session and forget it, after a yes.
---@param conv chatls.Conversation
---@param query string
function M.delete(conv, query)
  choose(conv, query, "Delete: ", function(session)
    asking.confirm(("Delete “%s” for good? "):format(session.title), "Delete it", function()
      asking.request(conv, "chat/deleteSession", { sessionId = session.sessionId }, function()
        notify.info("deleted: %s", session.title)
        if conv.id == session.sessionId then
          state.clear(conv)
        end
      end)
    end)
  end)
end

--- Go on in a copy of this session, up to and with a turn.
---@param conv chatls.Conversation
---@param last? chatls.Turn
function M.fork(conv, last)
  if not (conv.id and last and last.id) then
    notify.info(NOT_BEGUN)
  elseif not is_busy(conv) then
    asking.request(conv, "chat/forkSession", { sessionId = conv.id, turnId = last.id }, function(result)
      M.load(conv, result.sessionId)
      notify.info("this is a copy; the session itself stays as it is")
    end)
  end
end

return M
