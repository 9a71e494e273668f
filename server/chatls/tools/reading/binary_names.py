"""Files whose names say that they hold no text: a list, as data, so that nobody has to open them to know.

For offering names alone: whether a file is text is decided by what it holds (`tools/text.py`). Used by `path_index.py`.
"""

_ENDINGS = """
    pyc pyo pyd whl egg class jar war o obj a lib so dylib dll exe pdb wasm rlib rmeta beam elc
    zip gz tgz bz2 xz zst 7z rar tar deb rpm dmg iso img bin
    png jpg jpeg gif bmp ico icns webp tif tiff heic psd pdf doc docx xls xlsx ppt pptx odt ods
    mp3 mp4 m4a wav ogg flac avi mov mkv webm ttf otf woff woff2 eot
    db sqlite sqlite3 npy npz pkl pickle parquet onnx pt pth gguf safetensors h5
"""
ENDINGS = frozenset(_ENDINGS.split())


def is_binary_name(name: str) -> bool:
    """Whether a file of this name is known to hold no text; case does not count."""
    return name.rpartition(".")[2].casefold() in ENDINGS and "." in name
