/// `SSESpecification`: encryption with a key of KMS. What is stored here is not encrypted; the setting is kept and shown.
enum EncryptionRequest {
    /// Whether the table is to be encrypted with a key of KMS.
    ///
    /// - Throws: a ValidationException for members that contradict each other.
    static func isEnabled(_ encryption: RequestValue?) throws(ServiceError) -> Bool {
        guard let encryption else { return false }
        let type = encryption["SSEType"]?.text
        let key = encryption["KMSMasterKeyId"]
        if encryption["Enabled"]?.flag == false {
            guard type == nil else { throw .invalidParameter("SSEType can not be specified if Enabled is false") }
            guard key == nil else { throw .invalidParameter("KMSMasterKeyId can not be specified if Enabled is false") }
            return false
        }
        guard type != "AES256" else { throw .invalidParameter("SSEType AES256 is not supported") }
        guard key == nil || type == "KMS" else {
            throw .invalidParameter("SSEType KMS is required if KMSMasterKeyId is specified")
        }
        return encryption["Enabled"]?.flag == true || type != nil
    }
}
