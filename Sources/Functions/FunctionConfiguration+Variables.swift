extension FunctionConfiguration {
    /// The variables of a process: what Lambda sets, and the function's own. Nothing of the engine's environment goes
    /// along.
    ///
    /// - Parameters:
    ///   - runtimeAPI: host and port of the environment's Runtime API.
    ///   - folder: the environment's own folder, which stands for Lambda's `/tmp`.
    func variables(runtimeAPI: String, folder: String) -> [String: String] {
        var variables = environment
        variables.merge(
            [
                "_HANDLER": handler,
                "AWS_REGION": region,
                "AWS_DEFAULT_REGION": region,
                "AWS_LAMBDA_FUNCTION_NAME": name,
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": String(memorySizeMegabytes),
                "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
                "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
                "AWS_LAMBDA_LOG_FORMAT": logFormat.rawValue,
                "AWS_LAMBDA_LOG_GROUP_NAME": logGroupName,
                "AWS_LAMBDA_LOG_STREAM_NAME": logStreamName,
                "AWS_ACCESS_KEY_ID": credentials.accessKeyID,
                "AWS_SECRET_ACCESS_KEY": credentials.secretAccessKey,
                "AWS_SESSION_TOKEN": credentials.sessionToken,
                "AWS_LAMBDA_RUNTIME_API": runtimeAPI,
                "LAMBDA_TASK_ROOT": program.taskRoot,
                "LAMBDA_RUNTIME_DIR": program.taskRoot,
                // Not Lambda's: there every environment has a /tmp of its own.
                "TMPDIR": folder,
            ], uniquingKeysWith: { _, lambda in lambda })
        var defaults = ["LANG": "en_US.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin", "TZ": ":UTC"]
        defaults["AWS_ENDPOINT_URL"] = endpointURL
        return variables.merging(defaults) { own, _ in own }
    }
}
