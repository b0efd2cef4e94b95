namespace Towpath.Aws.Calling;

/// <summary>An AWS service as a client has to know it.</summary>
/// <param name="EndpointPrefix">First label of the host name, such as <c>monitoring</c>.</param>
/// <param name="SigningName">The service in a signature's scope.</param>
/// <param name="Variable">Its part of <c>AWS_ENDPOINT_URL_…</c> (AWS SDKs and Tools Reference Guide, "Service-specific endpoints").</param>
/// <param name="IsGlobal">Whether it has one endpoint, signed for us-east-1.</param>
public sealed record AwsService(string EndpointPrefix, string SigningName, string Variable, bool IsGlobal = false)
{
    public static AwsService Ecs { get; } = new("ecs", "ecs", "ECS");

    public static AwsService Ecr { get; } = new("api.ecr", "ecr", "ECR");

    public static AwsService Ssm { get; } = new("ssm", "ssm", "SSM");

    public static AwsService Lambda { get; } = new("lambda", "lambda", "LAMBDA");

    public static AwsService Logs { get; } = new("logs", "logs", "CLOUDWATCH_LOGS");

    public static AwsService CloudWatch { get; } = new("monitoring", "monitoring", "CLOUDWATCH");

    public static AwsService Events { get; } = new("events", "events", "EVENTBRIDGE");

    public static AwsService LoadBalancing { get; } = new("elasticloadbalancing", "elasticloadbalancing", "ELASTIC_LOAD_BALANCING_V2");

    public static AwsService CloudFront { get; } = new("cloudfront", "cloudfront", "CLOUDFRONT", IsGlobal: true);

    public static AwsService Iam { get; } = new("iam", "iam", "IAM", IsGlobal: true);

    public static AwsService Sts { get; } = new("sts", "sts", "STS");

    public static AwsService S3 { get; } = new("s3", "s3", "S3");
}
