--- What the user has allowed or rejected for later: listed, and taken back. Called by `commands.lua`.

local asking = require("chatls.asking")
local notify = require("chatls.notify")

local M = {}

---@param grant chatls.wire.GrantInfo
---@return string
local function label(grant)
  return ("%s: %s"):format(grant.scope, grant.label)
end

--- Choose a grant and take it back.
---@param conv chatls.Conversation
function M.open(conv)
  asking.request(conv, "chat/listGrants", nil, function(result)
    if not result.grants[1] then
      notify.info("nothing is allowed or rejected for later")
      return
    end
    asking.choose(result.grants, "Take back: ", label, function(grant)
      asking.request(conv, "chat/revokeGrant", { grantId = grant.grantId }, function()
        notify.info("taken back: %s", grant.label)
      end)
    end)
  end)
end

return M
