/// What requests that are read as trees have in common.
enum RequestTree {
    /// Most values of a request. Each takes some sixty bytes once it is read, and one in the request: unbounded, a body of 16 MB
    /// would take a gigabyte. The largest request that AWS takes, PutMetricData with 150 values in each of 1,000 metrics, has some
    /// 350,000.
    static let valuesMax = 500_000
}
