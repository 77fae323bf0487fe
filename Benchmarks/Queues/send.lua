-- SendMessage for wrk: bodies of 600 bytes.
local number = tonumber(os.getenv("FIRST") or "0")
local padding = string.rep("x", 560)

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-amz-json-1.0"
wrk.headers["X-Amz-Target"] = "AmazonSQS.SendMessage"
wrk.headers["Authorization"] = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, "
  .. "SignedHeaders=host;x-amz-date;x-amz-target, Signature=" .. string.rep("0", 64)

request = function()
  number = number + 1
  return wrk.format(nil, "/", nil, '{"QueueUrl":"http://localhost/000000000000/jobs","MessageBody":"order ' .. number
    .. " " .. padding .. '"}')
end
