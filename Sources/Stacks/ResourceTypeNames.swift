/// Which resource types exist. A type that exists but does not run here is listed at start; one that does not exist at
/// all is an error, because CloudFormation would refuse it.
enum ResourceTypeNames {
    /// The types that run on one machine.
    static let local = [
        "AWS::DynamoDB::Table", "AWS::Lambda::Function", "AWS::Logs::LogGroup", "AWS::Pipes::Pipe", "AWS::SQS::Queue",
    ]

    /// What is wrong with a type's name and the remedy; nil when CloudFormation knows it.
    static func problem(with name: String) -> String? {
        // A custom resource is a plain resource to CloudFormation; the part after Custom:: is free.
        if name.hasPrefix("Custom::"), name.count > "Custom::".count { return nil }
        if name.hasPrefix("AWS::Serverless::") {
            return "\(name) is a type of AWS SAM, not of CloudFormation; write the plain resource, such as"
                + " AWS::Lambda::Function, or load what `sam package` and the SAM transform produce"
        }
        let parts = name.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, parts[0] == "AWS", parts[1].isEmpty, parts[3].isEmpty, !parts[4].isEmpty else {
            let hint = Spelling.suggestion(for: name, among: allComplete)
            return "\(name) is not a resource type; types look like AWS::SQS::Queue\(hint)"
        }
        let service = parts[2]
        if let types = complete[service] {
            guard !types.contains(parts[4]) else { return nil }
            let names = types.map { "AWS::\(service)::\($0)" }
            let hint = Spelling.suggestion(for: name, among: names)
            return "CloudFormation has no resource type \(name)\(hint); AWS::\(service) has "
                + types.joined(separator: ", ")
        }
        if services.contains(service), parts[4].utf8.allSatisfy({ $0.isLetterOrDigit }) { return nil }
        let hint = Spelling.nearest(to: service, among: services.union(complete.keys))
            .map { " (did you mean AWS::\($0)::\(parts[4])?)" }
        return "CloudFormation has no resource type \(name)\(hint ?? ""); correct it"
    }

    private static var allComplete: [String] {
        complete.flatMap { service, types in types.map { "AWS::\(service)::\($0)" } }
    }

    /// All types of the services around an order pipeline. Source: the CloudFormation registry as cfn-lint 1.51 ships
    /// it (us-east-1).
    static let complete: [String: [String]] = [
        "CloudWatch": [
            "Alarm", "AlarmMuteRule", "AnomalyDetector", "CompositeAlarm", "Dashboard", "InsightRule", "MetricStream",
            "OTelEnrichment",
        ],
        "DynamoDB": ["GlobalTable", "Table"],
        "Events": ["ApiDestination", "Archive", "Connection", "Endpoint", "EventBus", "EventBusPolicy", "Rule"],
        "IAM": [
            "AccessKey", "Group", "GroupPolicy", "InstanceProfile", "ManagedPolicy", "OIDCProvider", "Policy", "Role",
            "RolePolicy", "SAMLProvider", "ServerCertificate", "ServiceLinkedRole", "User", "UserPolicy",
            "UserToGroupAddition", "VirtualMFADevice",
        ],
        "KMS": ["Alias", "Key", "ReplicaKey"],
        "Lambda": [
            "Alias", "CapacityProvider", "CodeSigningConfig", "EventInvokeConfig", "EventSourceMapping", "Function",
            "LayerVersion", "LayerVersionPermission", "Permission", "Url", "Version",
        ],
        "Logs": [
            "AccountPolicy", "Delivery", "DeliveryDestination", "DeliverySource", "Destination", "Integration",
            "LogAnomalyDetector", "LogGroup", "LogStream", "MetricFilter", "QueryDefinition", "ResourcePolicy",
            "ScheduledQuery", "SubscriptionFilter", "Transformer",
        ],
        "Pipes": ["Pipe"],
        "S3": [
            "AccessGrant", "AccessGrantsInstance", "AccessGrantsLocation", "AccessPoint", "Bucket", "BucketPolicy",
            "MultiRegionAccessPoint", "MultiRegionAccessPointPolicy", "StorageLens", "StorageLensGroup",
        ],
        "SNS": ["Subscription", "Topic", "TopicInlinePolicy", "TopicPolicy"],
        "SQS": ["Queue", "QueueInlinePolicy", "QueuePolicy"],
    ]

    /// The other services; their types are taken on trust. Same source.
    static let services: Set<String> = Set(
        """
        ACMPCA AIOps APS ARCRegionSwitch ARCZonalShift AccessAnalyzer AmazonMQ Amplify AmplifyUIBuilder ApiGateway \
        ApiGatewayV2 AppConfig AppFlow AppIntegrations AppMesh AppRunner AppStream AppSync AppTest \
        ApplicationAutoScaling ApplicationInsights ApplicationSignals Athena AuditManager AutoScaling \
        AutoScalingPlans B2BI BCMDataExports Backup BackupGateway Batch BcmPricingCalculator Bedrock \
        BedrockAgentCore BedrockMantle Billing BillingConductor Braket Budgets CDK CE CUR Cases Cassandra \
        CertificateManager Chatbot Chime CleanRooms CleanRoomsML Cloud9 CloudFormation CloudFront CloudTrail \
        CodeArtifact CodeBuild CodeCommit CodeConnections CodeDeploy CodeGuruProfiler CodeGuruReviewer CodePipeline \
        CodeStar CodeStarConnections CodeStarNotifications Cognito Comprehend ComputeOptimizer Config Connect \
        ConnectCampaigns ConnectCampaignsV2 ControlTower CustomerProfiles DAX DLM DMS DSQL DataBrew DataPipeline \
        DataSync DataZone Deadline Detective DevOpsAgent DevOpsGuru DirectConnect DirectoryService DocDB \
        DocDBElastic EC2 ECR ECS EFS EKS EMR EMRContainers EMRServerless EVS ElastiCache ElasticBeanstalk \
        ElasticLoadBalancing ElasticLoadBalancingV2 Elasticsearch ElementalInference EntityResolution EventSchemas \
        Evidently FIS FMS FSx FinSpace Forecast FraudDetector GameLift GlobalAccelerator Glue Grafana Greengrass \
        GreengrassV2 GroundStation GuardDuty HealthImaging HealthLake IVS IVSChat IdentityStore ImageBuilder \
        Inspector InspectorV2 Interconnect InternetMonitor Invoicing IoT IoTAnalytics IoTCoreDeviceAdvisor \
        IoTEvents IoTFleetWise IoTSiteWise IoTThingsGraph IoTTwinMaker IoTWireless KafkaConnect Kendra \
        KendraRanking Kinesis KinesisAnalytics KinesisAnalyticsV2 KinesisFirehose KinesisVideo LakeFormation \
        LaunchWizard Lex LicenseManager Lightsail Location LookoutEquipment LookoutVision M2 MPA MSK MWAA \
        MWAAServerless Macie ManagedBlockchain MediaConnect MediaConvert MediaLive MediaPackage MediaPackageV2 \
        MediaStore MediaTailor MemoryDB Neptune NeptuneGraph NetworkFirewall NetworkManager Notifications \
        NotificationsContacts NovaAct ODB OSIS Oam ObservabilityAdmin Omics OpenSearchServerless OpenSearchService \
        OpsWorks Organizations PCAConnectorAD PCAConnectorSCEP PCS Panorama PaymentCryptography Personalize \
        Pinpoint PinpointEmail Proton QBusiness QLDB QuickSight RAM RDS RTBFabric RUM Rbin Redshift \
        RedshiftServerless RefactorSpaces Rekognition ResilienceHub ResourceExplorer2 ResourceGroups RoboMaker \
        RolesAnywhere Route53 Route53GlobalResolver Route53Profiles Route53RecoveryControl \
        Route53RecoveryReadiness Route53Resolver S3Express S3Files S3ObjectLambda S3Outposts S3Tables S3Vectors SDB \
        SES SMSVOICE SSM SSMContacts SSMGuiConnect SSMIncidents SSMQuickSetup SSO SageMaker Scheduler \
        SecretsManager SecurityAgent SecurityHub SecurityLake ServiceCatalog ServiceCatalogAppRegistry \
        ServiceDiscovery Shield Signer SimSpaceWeaver StepFunctions SupportApp Synthetics SystemsManagerSAP \
        Timestream Transfer UXC VerifiedPermissions VoiceID VpcLattice WAF WAFRegional WAFv2 Wisdom WorkSpaces \
        WorkSpacesThinClient WorkSpacesWeb WorkspacesInstances XRay
        """.split(separator: " ").map(String.init))
}
