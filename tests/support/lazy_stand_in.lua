--- Does with a lazy.nvim specification what lazy.nvim documents: clones `url` into a folder of its own, runs `build` in
--- it, calls `config` with the plugin, whose `dir` is that folder. lazy.nvim itself is in no package registry.

---@param spec { url: string, name: string, build: string, config: fun(plugin: table) }
---@param folder string
return function(spec, folder)
  local dir = folder .. "/" .. spec.name
  assert(vim.system({ "git", "clone", "-q", "--filter=blob:none", spec.url, dir }):wait().code == 0)
  vim.g.build = { command = spec.build, dir = dir }
  spec.config({ name = spec.name, dir = dir })
end
