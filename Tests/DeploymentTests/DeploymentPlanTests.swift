import Deployment
import Foundation
import Stacks
import Testing

@Suite struct DeploymentPlanTests {
    @Test func theZipsOfTheTemplateAreFoundByTheirKeys() throws {
        let folder = try Folder()
        let template = try folder.file("template.yaml", SmallTemplate.text)
        _ = try folder.file("F.zip", "four")
        let plan = try DeploymentPlan(
            path: template, stackName: "sluice", parameters: [:], functionsFolder: folder.path)
        #expect(plan.zips.map(\.path) == ["\(folder.path)/F.zip"] && plan.zips.map(\.sizeBytes) == [4])
        #expect(plan.bucketPrefix == "code")
        // What is reviewed is what is deployed, also when the file changes meanwhile.
        _ = try folder.file("template.yaml", "")
        #expect(plan.text == SmallTemplate.text && plan.stack.functions.map(\.name) == ["F"])
        #expect(plan.localTemplate.contains("      Code: \"\(folder.path)/F.zip\"\n"))
    }

    @Test func aMissingZipIsNamedWithTheCommandThatMakesIt() throws {
        let folder = try Folder()
        let template = try folder.file("template.yaml", SmallTemplate.text)
        let error = try #require(throws: DeploymentError.self) {
            try DeploymentPlan(path: template, stackName: "s", parameters: [:], functionsFolder: folder.path)
        }
        #expect(
            error.description.hasPrefix(
                "\(folder.path)/F.zip is missing; pack the functions with `make package-functions`"))
    }

    @Test func parametersAreHandedOn() throws {
        let folder = try Folder()
        let template = try folder.file("template.yaml", SmallTemplate.text)
        _ = try folder.file("F.zip", "")
        let plan = try DeploymentPlan(
            path: template, stackName: "shop", parameters: ["TableName": "Mine", "CodeBucketPrefix": "mine"],
            functionsFolder: folder.path)
        let bucket = CodeBucket(prefix: plan.bucketPrefix, account: "1", region: "us-east-1")
        #expect(bucket.name == "mine-1-us-east-1")
        let command = plan.changeSet(template: "t.json", bucket: bucket)
        #expect(command.suffix(3) == ["--parameter-overrides", "CodeBucketPrefix=mine", "TableName=Mine"])
    }

    @Test func onlyTheFirstRegionIsNotNamedToS3() throws {
        let folder = try Folder()
        let template = try folder.file("template.yaml", SmallTemplate.text)
        _ = try folder.file("F.zip", "")
        let plan = try DeploymentPlan(path: template, stackName: "s", parameters: [:], functionsFolder: folder.path)
        func creation(_ region: String) -> [String] {
            plan.commands(bucket: CodeBucket(prefix: "p", account: "1", region: region)).first {
                $0[1] == "create-bucket"
            } ?? []
        }
        #expect(!creation("us-east-1").contains("--create-bucket-configuration"))
        #expect(creation("eu-central-1").contains("LocationConstraint=eu-central-1"))
    }
}

/// A table with a pipe to a function, and queues.
enum SmallTemplate {
    static let text = """
        Parameters:
          TableName: {Type: String, Default: Orders}
          CodeBucketPrefix: {Type: String, Default: code}
        Resources:
          Orders:
            Type: AWS::DynamoDB::Table
            DeletionPolicy: Retain
            Properties:
              TableName: !Ref TableName
              BillingMode: PAY_PER_REQUEST
              DeletionProtectionEnabled: true
              AttributeDefinitions: [{AttributeName: orderId, AttributeType: S}, {AttributeName: timestamp, AttributeType: "N"}]
              KeySchema: [{AttributeName: orderId, KeyType: HASH}, {AttributeName: timestamp, KeyType: RANGE}]
              StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}
          DeadLetters:
            Type: AWS::SQS::Queue
          Work:
            Type: AWS::SQS::Queue
          Role:
            Type: AWS::IAM::Role
            Properties: {AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Action: "sts:AssumeRole", Principal: {Service: pipes.amazonaws.com}}]}}
          Pipe:
            Type: AWS::Pipes::Pipe
            Properties:
              RoleArn: !GetAtt Role.Arn
              Source: !GetAtt Orders.StreamArn
              SourceParameters:
                DynamoDBStreamParameters:
                  StartingPosition: LATEST
                  DeadLetterConfig: {Arn: !GetAtt DeadLetters.Arn}
              Target: !GetAtt F.Arn
          F:
            Type: AWS::Lambda::Function
            Properties:
              FunctionName: F
              Runtime: provided.al2023
              Handler: bootstrap
              Role: !GetAtt Role.Arn
              Code:
                S3Bucket: !Sub "${CodeBucketPrefix}-${AWS::AccountId}"
                S3Key: F.zip

        """
}
