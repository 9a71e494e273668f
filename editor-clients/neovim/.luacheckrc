std = "luajit"
globals = { "vim" }
max_line_length = 120
-- A handler takes what its caller gives.
unused_args = false
