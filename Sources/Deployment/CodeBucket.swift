/// The bucket that zips and templates are uploaded to: `PREFIX-ACCOUNT-REGION`.
public struct CodeBucket: Sendable, Hashable {
    /// The template's parameter for the prefix.
    public static let parameter = "CodeBucketPrefix"
    public static let prefixDefault = "sluice-code"

    public let name: String
    public let account: String
    public let region: String

    public init(prefix: String, account: String, region: String) {
        name = "\(prefix)-\(account)-\(region)"
        self.account = account
        self.region = region
    }

    /// Asks whether it is there and is this account's. A bucket's name is one for all of AWS: somebody else's must not be
    /// given code.
    var head: [String] { ["s3api", "head-bucket", "--bucket", name, "--expected-bucket-owner", account] }

    /// Makes it: private, encrypted, and with versions, so that nothing that was uploaded is lost by a mistake.
    var creation: [[String]] {
        // us-east-1 must not be named: it is the place of buckets that name none.
        let place = region == "us-east-1" ? [] : ["--create-bucket-configuration", "LocationConstraint=\(region)"]
        return [
            ["s3api", "create-bucket", "--bucket", name] + place,
            [
                "s3api", "put-public-access-block", "--bucket", name, "--public-access-block-configuration",
                "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
            ],
            [
                "s3api", "put-bucket-encryption", "--bucket", name, "--server-side-encryption-configuration",
                #"{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}"#,
            ],
            ["s3api", "put-bucket-versioning", "--bucket", name, "--versioning-configuration", "Status=Enabled"],
        ]
    }

    /// Makes it unless it is there.
    ///
    /// - Returns: whether it is new.
    func make(_ aws: AWSCommandLine) async throws -> Bool {
        do {
            _ = try await aws.text(head)
            return false
        } catch let failure as AWSFailure where failure.code == "404" || failure.code == "NoSuchBucket" {
            _ = try await aws.text(creation[0])
            do {
                for command in creation.dropFirst() { _ = try await aws.text(command) }
            } catch {
                // A bucket that is there counts as finished the next time.
                try await remove(aws, because: error)
                throw error
            }
            return true
        } catch let failure as AWSFailure where failure.code == "403" {
            throw DeploymentError(
                "The bucket \(name) is not account \(account)'s, or may not be used by this user; choose another name with "
                    + "--parameter \(Self.parameter)=PREFIX, or ask for s3:ListBucket on it.")
        }
    }

    /// Deletes what is only half made, and so empty.
    private func remove(_ aws: AWSCommandLine, because cause: any Error) async throws {
        let deletion = ["s3api", "delete-bucket", "--bucket", name]
        do { _ = try await aws.text(deletion) } catch {
            throw DeploymentError(
                "\(cause)\nThe bucket \(name) is made, but not closed to the public, and could not be deleted (\(error)); delete "
                    + "it with `\(aws.line(deletion))` before the next deployment.")
        }
    }
}
