-- STT/1 for Wireshark and tshark, 4.0 and later:
--
--   tshark -X lua_script:docs/wireshark/stt.lua -r run.pcapng
--   cp stt.lua ~/.local/lib/wireshark/plugins/       for good
--
-- Shows the clear fields of every frame. Lua has no cipher here, so payloads stay sealed; but
-- `stt sim run --pcap FILE --pcap-plaintext` also captures frames before they are sealed, with a
-- nonce and a tag of zeros, and of those everything is shown. Names are those of docs/spec; what is
-- malformed gets the name of its error (docs/spec/errors.md) as expert information, and a filter of
-- its own: stt1.error.frame_type_reserved. Datagrams are known by the magic they begin with; damaged
-- ones by the conversation they are in, or by `-d udp.port==40000,stt1`.

-- "stt" is Stateless Transport Tunneling there.
local stt = Proto("stt1", "STT/1")

-- Fields -------------------------------------------------------------------------------------------

local FRAME_TYPES = { [1] = "HANDSHAKE", [2] = "DATA", [3] = "CONTROL", [4] = "STREAM_CONTROL", [5] = "AUTH" }
local HANDSHAKE_TYPES = { [1] = "HELLO", [2] = "RESPONSE", [3] = "AUTH_PROOF", [4] = "FINAL" }
local CONTROL_TYPES = { "ACK", "PING", "PONG", "SESSION_CREDIT", "PATH_CHALLENGE", "PATH_RESPONSE", "CLOSE", "ERROR" }
local STREAM_CONTROL_TYPES = { "OPEN", "CLOSE", "RESET", "CREDIT", "STOP" }
local PARAMETERS = {
  "initial_session_credit", "initial_stream_credit", "max_streams", "max_frame_bytes", "max_message_bytes",
  "idle_timeout_ms", "max_ack_delay_ms", "keep_alive_ms",
}

local fields, f = {}, {}

local function field(make, name, text, ...)
  f[name] = make("stt1." .. name, text, ...)
  fields[#fields + 1] = f[name]
end

field(ProtoField.bytes, "frame", "Frame")
field(ProtoField.string, "magic", "Magic")
field(ProtoField.uint8, "version", "Version", base.HEX)
field(ProtoField.uint64, "length", "Length")
field(ProtoField.uint8, "type", "Type", base.HEX, FRAME_TYPES)
field(ProtoField.bytes, "session_id", "Session id")
field(ProtoField.uint64, "stream_id", "Stream id")
field(ProtoField.uint64, "sequence", "Sequence")
field(ProtoField.uint64, "metadata_length", "Metadata length")
field(ProtoField.bytes, "sealed", "Sealed payload")
field(ProtoField.bytes, "payload", "Payload")
field(ProtoField.bytes, "seed_hint", "Seed hint")
field(ProtoField.uint64, "epoch", "Epoch")
field(ProtoField.bytes, "nonce", "Nonce")
field(ProtoField.bytes, "tag", "Tag")
field(ProtoField.bool, "is_sealed", "Sealed")
field(ProtoField.string, "message", "Message")

field(ProtoField.uint8, "handshake.type", "Handshake message", base.DEC, HANDSHAKE_TYPES)
field(ProtoField.bytes, "handshake.versions", "Versions")
field(ProtoField.bytes, "handshake.suites", "Suites")
field(ProtoField.uint8, "handshake.version", "Version", base.HEX)
field(ProtoField.uint8, "handshake.suite", "Suite", base.HEX)
field(ProtoField.bytes, "handshake.nonce", "Nonce")
field(ProtoField.bytes, "handshake.node_id", "Node id")
field(ProtoField.bytes, "handshake.ephemeral", "Ephemeral")
field(ProtoField.bytes, "handshake.challenge", "Challenge")
field(ProtoField.bytes, "handshake.session_id", "Session id")
field(ProtoField.bytes, "handshake.signature", "Signature")
field(ProtoField.uint64, "handshake.padding_bytes", "Bytes of padding")
field(ProtoField.uint64, "parameter.unknown", "Unknown parameter")
for _, name in ipairs(PARAMETERS) do field(ProtoField.uint64, "parameter." .. name, name) end

field(ProtoField.uint8, "control.type", "Control message", base.DEC, CONTROL_TYPES)
field(ProtoField.uint64, "control.ack.delay_us", "Delay (us)")
field(ProtoField.uint64, "control.ack.largest", "Largest")
field(ProtoField.string, "control.ack.range", "Sequences")
field(ProtoField.uint64, "control.ping.padding_bytes", "Bytes of padding")
field(ProtoField.uint64, "control.pong.sequence", "Sequence of the PING")
field(ProtoField.uint64, "control.position", "Position")
field(ProtoField.bytes, "control.path_data", "Data")
field(ProtoField.uint64, "control.code", "Code")
field(ProtoField.string, "control.reason", "Reason")

field(ProtoField.uint8, "stream_control.type", "Stream-control message", base.DEC, STREAM_CONTROL_TYPES)
field(ProtoField.uint64, "stream_control.final_position", "Final position")
field(ProtoField.uint64, "stream_control.code", "Code")
field(ProtoField.uint64, "stream_control.position", "Position")

field(ProtoField.uint8, "data.flags", "Flags", base.HEX)
field(ProtoField.bool, "data.end_of_message", "END_OF_MESSAGE")
field(ProtoField.uint64, "data.offset", "Offset")
field(ProtoField.bytes, "data.bytes", "Bytes")

stt.fields = fields

-- Errors: the wire layer's, as far as one frame shows them -----------------------------------------

local experts, expert_list = {}, {}
for _, error in ipairs({
  { "varint_truncated", "input ends within a varint" },
  { "varint_overlong", "a varint that is not in its shortest form" },
  { "varint_overflow", "a varint above 2^64-1" },
  { "truncated", "input ends within a field" },
  { "trailing_bytes", "bytes are left after the last field" },
  { "frame_magic", 'the first two bytes are not "ST"' },
  { "frame_version", "the version is not 1" },
  { "frame_too_long", "a whole frame above 2,097,152 bytes" },
  { "frame_too_short", "a length under the shortest body" },
  { "frame_type_reserved", "type 00 or 06..7f" },
  { "frame_handshake_too_long", "a HANDSHAKE or AUTH frame above 1,200 bytes" },
  { "frame_session_id", "zero where it is needed, or not zero in HANDSHAKE" },
  { "frame_stream_id", "above 65,535, or not fitting the type" },
  { "frame_sequence", "not zero in HANDSHAKE or AUTH" },
  { "frame_metadata_length", "not what type and epoch ask for" },
  { "frame_epoch", "not zero in AUTH" },
  { "frame_incomplete", "the datagram ends within a frame" },
  { "handshake_type", "another handshake message than expected" },
  { "handshake_list_empty", "no version or no suite" },
  { "handshake_padding", "padding that is not zeros" },
  { "parameter_duplicate", "a parameter comes twice" },
  { "parameter_range", "a parameter is out of range" },
  { "parameter_order", "parameter ids do not rise" },
  { "parameter_missing", "a parameter is not there" },
  { "control_type", "an unknown control message" },
  { "control_padding", "PING padding that is not zeros" },
  { "ack_ranges", "more than 64 ranges, or one below sequence 0" },
  { "reason_too_long", "a reason above 256 bytes" },
  { "stream_control_type", "an unknown stream-control message" },
  { "data_flags", "a flag bit other than END_OF_MESSAGE" },
  { "data_empty", "a data message with neither bytes nor END_OF_MESSAGE" },
  { "position_overflow", "a data message that ends beyond 2^64-1" },
}) do
  local name, meaning = error[1], error[2]
  local text = "wire." .. name .. ": " .. meaning
  experts[name] = ProtoExpert.new("stt1.error." .. name, text, expert.group.MALFORMED, expert.severity.ERROR)
  expert_list[#expert_list + 1] = experts[name]
end
stt.experts = expert_list

-- Reading ------------------------------------------------------------------------------------------

-- A cursor over bytes [at, stop) of a tvb. Like wire::Reader: the first failure sticks, every read
-- after it gives nil, and none reads outside. Its first failure is shown in `tree`; `short` is that
-- of bytes that are missing, where it has a name of its own.
local Reader = {}
Reader.__index = Reader

local function new_reader(tvb, at, stop, tree, short)
  return setmetatable({ tvb = tvb, at = at, stop = stop, tree = tree, short = short }, Reader)
end

function Reader:fail(name, range)
  if self.failure then return nil end
  self.failure = name
  self.tree:add_proto_expert_info(experts[name])
  return nil
end

function Reader:left() return self.stop - self.at end

function Reader:take(count)
  if self.failure then return nil end
  if count > self:left() then return self:fail(self.short or "truncated") end
  local range = count > 0 and self.tvb:range(self.at, count) or nil
  self.at = self.at + count
  return range
end

-- A fixed-size field, added to the tree.
function Reader:field(name, count)
  local range = self:take(count)
  if range then self.tree:add(f[name], range) end
  return range
end

-- The parts of a 64-bit number, which no Lua number holds; and the number itself where one does.
local function number_of(low, middle, high)
  local low_32 = low + (middle % 16) * 0x10000000
  local high_32 = math.floor(middle / 16) + high * 0x1000000
  return UInt64.new(low_32, high_32), high_32 * 0x100000000 + low_32
end

-- Unsigned LEB128. Gives the value as UInt64, as a Lua number (exact below 2^53), and its range.
function Reader:varint()
  if self.failure then return nil end
  local parts, start = { 0, 0, 0 }, self.at
  for i = 0, 9 do
    if self:left() == 0 then return self:fail(self.short or "varint_truncated") end
    local byte = self.tvb:range(self.at, 1):uint()
    self.at = self.at + 1
    if i == 9 and byte > 1 then return self:fail("varint_overflow") end
    local part = math.floor(i / 4) + 1
    parts[part] = parts[part] + (byte % 128) * 128 ^ (i % 4)
    if byte < 128 then
      if byte == 0 and i > 0 then return self:fail("varint_overlong") end
      local exact, number = number_of(parts[1], parts[2], parts[3])
      return exact, number, self.tvb:range(start, i + 1)
    end
  end
end

function Reader:varint_field(name)
  local exact, number, range = self:varint()
  if range then self.tree:add(f[name], range, exact) end
  return number, exact
end

-- A field with its length before it.
function Reader:prefixed()
  local _, count = self:varint()
  if not count then return nil end
  return self:take(count), count
end

function Reader:finish()
  if not self.failure and self:left() > 0 then self:fail("trailing_bytes") end
end

local function all_zeros(range)
  return not range or not range:bytes():tohex():find("[^0]")
end

-- What text an attacker sent, as Wireshark may show it.
local function printable(range)
  return range and (range:raw():gsub("[^\32-\126]", ".")) or ""
end

-- Messages -----------------------------------------------------------------------------------------

local PARAMETER_RANGES = {
  [3] = { 1, 65535 }, [4] = { 1200, 2097152 }, [5] = { 1, 2 ^ 62 }, [6] = { 0, 2 ^ 32 - 1 },
  [7] = { 0, 2 ^ 14 - 1 }, [8] = { 0, 2 ^ 32 - 1 },
}

local function dissect_parameters(tvb, range, tree)
  local reader = new_reader(tvb, range:offset(), range:offset() + range:len(), tree)
  local last, seen = -1, 0
  while reader:left() > 0 and not reader.failure do
    local _, id = reader:varint()
    local value = reader:prefixed()
    if not id or reader.failure then return end
    if id == last then return reader:fail("parameter_duplicate") end
    if id < last then return reader:fail("parameter_order") end
    last = id
    local name = PARAMETERS[id]
    if not name then
      if value then
        tree:add(f["parameter.unknown"], value, UInt64.new(id % 0x100000000, math.floor(id / 0x100000000)))
      end
    else
      if not value then return reader:fail("varint_truncated") end
      seen = seen + 1
      local inner = new_reader(tvb, value:offset(), value:offset() + value:len(), tree)
      local number = inner:varint_field("parameter." .. name)
      inner:finish()
      local allowed = PARAMETER_RANGES[id]
      if inner.failure then return end
      if allowed and (number < allowed[1] or number > allowed[2]) then return reader:fail("parameter_range") end
    end
  end
  if not reader.failure and seen < #PARAMETERS then reader:fail("parameter_missing") end
end

local function dissect_hello(reader)
  for _, name in ipairs({ "versions", "suites" }) do
    local list, count = reader:prefixed()
    if count == 0 then return reader:fail("handshake_list_empty") end
    if list then reader.tree:add(f["handshake." .. name], list) end
  end
  for _, name in ipairs({ "nonce", "node_id", "ephemeral" }) do reader:field("handshake." .. name, 32) end
  local padding, count = reader:prefixed()
  if not count then return end
  if not all_zeros(padding) then return reader:fail("handshake_padding") end
  if padding then reader.tree:add(f["handshake.padding_bytes"], padding, UInt64.new(count, 0)) end
end

local function dissect_response(reader)
  reader:field("handshake.version", 1)
  reader:field("handshake.suite", 1)
  for _, name in ipairs({ "nonce", "node_id", "ephemeral", "challenge" }) do
    reader:field("handshake." .. name, 32)
  end
end

local function dissect_auth(reader)
  reader:field("handshake.session_id", 8)
  reader:field("handshake.signature", 64)
  local parameters = reader:prefixed()
  if parameters then
    dissect_parameters(reader.tvb, parameters, reader.tree:add(stt, parameters, "Parameters"))
  elseif not reader.failure then
    reader:fail("parameter_missing")
  end
end

local HANDSHAKES = { dissect_hello, dissect_response, dissect_auth, dissect_auth }

-- `first` is the frame type: HELLO and RESPONSE come in HANDSHAKE, the others in AUTH.
local function dissect_handshake(reader, frame_type)
  local range = reader:field("handshake.type", 1)
  if not range then return nil end
  local kind = range:uint()
  local expected = frame_type == 1 and (kind == 1 or kind == 2) or frame_type == 5 and (kind == 3 or kind == 4)
  if not expected then return reader:fail("handshake_type") end
  HANDSHAKES[kind](reader)
  return HANDSHAKE_TYPES[kind]
end

local ACK_RANGES_MAX = 64

local function dissect_ack(reader)
  reader:varint_field("control.ack.delay_us")
  local last = reader:varint_field("control.ack.largest")
  local _, more = reader:varint()
  local _, length = reader:varint()
  if not length then return "" end
  if more >= ACK_RANGES_MAX then return reader:fail("ack_ranges") end
  local text = {}
  for i = 0, more do
    if i > 0 then
      local _, gap = reader:varint()
      _, length = reader:varint()
      if not length then break end
      last = last - gap - 2
    end
    if last - length < 0 then
      reader:fail("ack_ranges")
      break
    end
    text[#text + 1] = length == 0 and string.format("%.0f", last) or string.format("%.0f..%.0f", last - length, last)
    reader.tree:add(f["control.ack.range"], text[#text]):set_generated()
    last = last - length
  end
  return table.concat(text, " ")
end

local REASON_BYTES_MAX = 256

local function dissect_code_and_reason(reader)
  local code = reader:varint_field("control.code")
  local reason, count = reader:prefixed()
  if count and count > REASON_BYTES_MAX then return reader:fail("reason_too_long") end
  if reason then reader.tree:add(f["control.reason"], reason, printable(reason)) end
  return code and string.format("%.0f", code)
end

local function dissect_path_data(reader) reader:field("control.path_data", 8) end

local CONTROLS = {
  dissect_ack,
  function(reader)
    local count = reader:left()
    local padding = reader:take(count)
    if not all_zeros(padding) then return reader:fail("control_padding") end
    if padding then reader.tree:add(f["control.ping.padding_bytes"], padding, UInt64.new(count, 0)) end
  end,
  function(reader) reader:varint_field("control.pong.sequence") end,
  function(reader) reader:varint_field("control.position") end,
  dissect_path_data,
  dissect_path_data,
  dissect_code_and_reason,
  dissect_code_and_reason,
}

local STREAM_CONTROLS = {
  function() end,
  function(reader) reader:varint_field("stream_control.final_position") end,
  function(reader)
    reader:varint_field("stream_control.code")
    reader:varint_field("stream_control.final_position")
  end,
  function(reader) reader:varint_field("stream_control.position") end,
  function(reader) reader:varint_field("stream_control.code") end,
}

-- One message of a table of kinds: its type byte, and then what the kind wants.
local function dissect_one_of(reader, prefix, names, kinds)
  local range = reader:field(prefix .. ".type", 1)
  if not range then return nil end
  local kind = range:uint()
  if not kinds[kind] then return reader:fail(prefix .. "_type") end
  local detail = kinds[kind](reader)
  return names[kind] .. (detail and detail ~= "" and " " .. detail or "")
end

local function dissect_data(reader)
  local flags = reader:field("data.flags", 1)
  if not flags then return end
  local ends = flags:uint() % 2 == 1
  reader.tree:add(f["data.end_of_message"], flags, ends)
  if flags:uint() > 1 then return reader:fail("data_flags") end
  local offset, exact = reader:varint_field("data.offset")
  if not offset then return end
  local count = reader:left()
  if count == 0 and not ends then return reader:fail("data_empty") end
  -- Where doubles are not exact: whether offset + count + 1 passes 2^64-1.
  if UInt64.max() - exact < UInt64.new(count + (ends and 1 or 0), 0) then return reader:fail("position_overflow") end
  if count > 0 then reader:field("data.bytes", count) end
  return string.format(" %.0f..%.0f%s", offset, offset + count + (ends and 1 or 0), ends and " end" or "")
end

-- Gives the message in words.
local function dissect_payload(tvb, frame, tree)
  local reader = new_reader(tvb, frame.payload_at, frame.payload_at + frame.payload_bytes, tree)
  local kind, words = frame.type, frame.name
  if kind == 1 or kind == 5 then
    words = dissect_handshake(reader, kind) or words
  elseif kind == 3 then
    words = dissect_one_of(reader, "control", CONTROL_TYPES, CONTROLS) or words
  elseif kind == 4 then
    words = dissect_one_of(reader, "stream_control", STREAM_CONTROL_TYPES, STREAM_CONTROLS) or words
  elseif kind == 2 or frame.stream_id > 0 then
    words = words .. (dissect_data(reader) or "")
  elseif reader:left() > 0 then
    reader:field("payload", reader:left())
  end
  reader:finish()
  return words, reader.failure
end

-- Frames -------------------------------------------------------------------------------------------

local FRAME_BYTES_MAX, HANDSHAKE_FRAME_BYTES_MAX, BODY_BYTES_MIN = 2097152, 1200, 53
local NONCE_BYTES, TAG_BYTES, HINT_BYTES = 24, 16, 8

local function frame_type_name(kind, stream_id)
  if kind >= 0x80 then return string.format("%s %02x", stream_id == 0 and "DATAGRAM" or "CUSTOM", kind) end
  return FRAME_TYPES[kind] or string.format("reserved type %02x", kind)
end

local function is_handshaking(kind) return kind == 1 or kind == 5 end

-- The rules of wire::parse_frame, in the order of the bytes. Gives nothing where one is broken.
local function dissect_header(reader, start)
  local magic = reader:take(2)
  if not magic then return nil end
  reader.tree:add(f.magic, magic, printable(magic))
  if magic:uint() ~= 0x5354 then return reader:fail("frame_magic") end
  local version = reader:field("version", 1)
  if version and version:uint() ~= 1 then return reader:fail("frame_version") end
  local length = reader:varint_field("length")
  if not length then return nil end
  local frame = { size = reader.at - start + length }
  if frame.size > FRAME_BYTES_MAX then return reader:fail("frame_too_long") end
  if length < BODY_BYTES_MIN then return reader:fail("frame_too_short") end
  if length > reader:left() then frame.is_cut = true else reader.stop = reader.at + length end
  local kind = reader:field("type", 1)
  if not kind then return nil end
  frame.type = kind:uint()
  if frame.type == 0 or frame.type > 5 and frame.type < 0x80 then return reader:fail("frame_type_reserved") end
  if is_handshaking(frame.type) and frame.size > HANDSHAKE_FRAME_BYTES_MAX then
    return reader:fail("frame_handshake_too_long")
  end
  local session_id = reader:field("session_id", 8)
  if session_id and all_zeros(session_id) ~= (frame.type == 1) then return reader:fail("frame_session_id") end
  return frame
end

local function dissect_numbers(reader, frame)
  local stream_id = reader:varint_field("stream_id")
  if not stream_id then return nil end
  frame.stream_id = stream_id
  local no_stream = is_handshaking(frame.type) or frame.type == 3
  local some_stream = frame.type == 2 or frame.type == 4
  if stream_id > 65535 or no_stream and stream_id ~= 0 or some_stream and stream_id == 0 then
    return reader:fail("frame_stream_id")
  end
  frame.sequence = reader:varint_field("sequence")
  if not frame.sequence then return nil end
  if is_handshaking(frame.type) and frame.sequence ~= 0 then return reader:fail("frame_sequence") end
  local metadata = reader:varint_field("metadata_length")
  if not metadata then return nil end
  local selector = metadata - NONCE_BYTES - TAG_BYTES
  local fits = frame.type == 1 and selector == HINT_BYTES or frame.type ~= 1 and selector >= 1 and selector <= 10
  if not fits or not frame.is_cut and metadata > reader:left() then return reader:fail("frame_metadata_length") end
  frame.selector_bytes = selector
  frame.payload_at = reader.at
  frame.payload_bytes = reader:left() - metadata
  return frame
end

local function dissect_metadata(reader, frame)
  reader.at = frame.payload_at + frame.payload_bytes
  if frame.type == 1 then
    reader:field("seed_hint", HINT_BYTES)
  else
    local nonce_at = reader.at + frame.selector_bytes
    local epoch = reader:varint_field("epoch")
    if not epoch then return nil end
    if reader.at > nonce_at then return reader:fail("varint_truncated") end
    if reader.at < nonce_at then return reader:fail("frame_metadata_length") end
    if frame.type == 5 and epoch ~= 0 then return reader:fail("frame_epoch") end
    frame.epoch = epoch
  end
  local nonce, tag = reader:field("nonce", NONCE_BYTES), reader:field("tag", TAG_BYTES)
  frame.is_sealed = not (all_zeros(nonce) and all_zeros(tag))
  return frame
end

local function show_payload(tvb, frame, tree)
  tree:add(f.is_sealed, frame.is_sealed):set_generated()
  if frame.is_sealed then
    if frame.payload_bytes > 0 then tree:add(f.sealed, tvb:range(frame.payload_at, frame.payload_bytes)) end
    return frame.name
  end
  if frame.payload_bytes == 0 then return dissect_payload(tvb, frame, tree) end
  local range = tvb:range(frame.payload_at, frame.payload_bytes)
  local branch = tree:add(stt, range, frame.name)
  local words, failure = dissect_payload(tvb, frame, branch)
  branch:set_text(words)
  return words, failure
end

-- The frame at `start`: what it is in words, and where the next one begins, if one can.
local function dissect_frame(tvb, start, tree)
  local branch = tree:add(stt, tvb:range(start), "Frame")
  local reader = new_reader(tvb, start, tvb:len(), branch, "frame_incomplete")
  local frame = dissect_header(reader, start)
  frame = frame and dissect_numbers(reader, frame)
  if frame and frame.is_cut then frame = reader:fail("frame_incomplete") end
  frame = frame and dissect_metadata(reader, frame)
  if not frame then
    branch:set_text("Malformed frame: wire." .. reader.failure)
    return "malformed: wire." .. reader.failure, nil
  end
  branch:set_len(frame.size)
  frame.name = frame_type_name(frame.type, frame.stream_id)
  local words, failure = show_payload(tvb, frame, branch)
  branch:add(f.message, words):set_generated()
  local where = frame.stream_id > 0 and string.format("[%.0f] ", frame.stream_id) or ""
  local numbered = is_handshaking(frame.type) and "" or string.format(" #%.0f", frame.sequence)
  words = where .. words .. numbered .. (failure and " malformed: wire." .. failure or "")
  branch:set_text("Frame: " .. words)
  return words, start + frame.size
end

function stt.dissector(tvb, pinfo, root)
  if tvb:len() == 0 then return 0 end
  pinfo.cols.protocol = "STT"
  local tree = root:add(stt, tvb())
  local words, at = {}, 0
  while at and at < tvb:len() do
    words[#words + 1], at = dissect_frame(tvb, at, tree)
  end
  pinfo.cols.info = table.concat(words, " | ")
  return tvb:len()
end

stt:register_heuristic("udp", function(tvb, pinfo, root)
  if tvb:len() < 3 or tvb:range(0, 2):uint() ~= 0x5354 then return false end
  pinfo.conversation = stt
  stt.dissector(tvb, pinfo, root)
  return true
end)
DissectorTable.get("udp.port"):add_for_decode_as(stt)
