-- Requests for wrk: OPERATION is PutItem, GetItem or BatchWriteItem; FIRST the number of the first order, ORDERS how many
-- different ones there are. Orders have 600 bytes.
local operation = os.getenv("OPERATION")
local number = tonumber(os.getenv("FIRST") or "0")
local orders = tonumber(os.getenv("ORDERS") or "1000000000")
local note = string.rep("x", 330)

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-amz-json-1.0"
wrk.headers["X-Amz-Target"] = "DynamoDB_20120810." .. operation
wrk.headers["Authorization"] = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, "
  .. "SignedHeaders=host;x-amz-date;x-amz-target, Signature=" .. string.rep("0", 64)

local function key(order)
  return '"orderId":{"S":"o-' .. order .. '"},"timestamp":{"N":"1700000000000"}'
end

local function item()
  number = number + 1
  local order = number % orders
  return '{' .. key(order) .. ',"customerId":{"S":"c-' .. order % 997 .. '"},"status":{"S":"pending"},'
    .. '"amount":{"N":"139.12"},"currency":{"S":"USD"},"amountTier":{"S":"over100"},"emailDomain":{"S":"shop.example"},'
    .. '"customerEmail":{"S":"ann@shop.example"},"note":{"S":"' .. note .. '"}}'
end

local bodies = {
  PutItem = function() return '{"TableName":"Orders","Item":' .. item() .. '}' end,
  -- Steps of a prime walk over all orders in an order that no cache foresees.
  GetItem = function()
    number = number + 7919
    return '{"TableName":"Orders","Key":{' .. key(number % orders) .. '}}'
  end,
  BatchWriteItem = function()
    local puts = {}
    for place = 1, 25 do puts[place] = '{"PutRequest":{"Item":' .. item() .. '}}' end
    return '{"RequestItems":{"Orders":[' .. table.concat(puts, ",") .. ']}}'
  end,
}
local body = bodies[operation]

request = function() return wrk.format(nil, "/", nil, body()) end
