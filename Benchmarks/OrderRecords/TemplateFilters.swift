/// The filters of the two pipes in `template.yaml`, character for character but for indentation.
public enum TemplateFilters {
    /// StandardOrderPipe: orders over 100, new or changed, pending or shipped, not from test.com.
    public static let standard = """
        {
          "eventName": ["INSERT", "MODIFY"],
          "dynamodb": {
            "NewImage": {
              "status":      {"S": ["pending", "shipped"]},
              "amountTier":  {"S": ["over100", "over1000", {"exists": false}]},
              "emailDomain": {"S": [{"anything-but": ["test.com"]}, {"exists": false}]}
            }
          }
        }
        """

    /// PremiumOrderPipe: orders over 1000 that have just been shipped, not from test.com.
    public static let premium = """
        {
          "eventName": ["MODIFY"],
          "dynamodb": {
            "OldImage": {
              "status":      {"S": ["pending"]}
            },
            "NewImage": {
              "status":      {"S": ["shipped"]},
              "amountTier":  {"S": ["over1000", {"exists": false}]},
              "emailDomain": {"S": [{"anything-but": ["test.com"]}, {"exists": false}]}
            }
          }
        }
        """
}
