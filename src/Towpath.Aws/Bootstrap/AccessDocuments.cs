using Towpath.Aws.Bootstrap.Policies;
using Towpath.Aws.Ecr.Repositories;

namespace Towpath.Aws.Bootstrap;

/// <summary>What roles may do, and who may read what is shared.</summary>
public static class AccessDocuments
{
    private const string ReadersSid = "TowpathReaders";

    private static readonly string[] Pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer"];
    private static readonly string[] Push = [.. Pull, "ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"];

    /// <summary>The management role does nothing itself.</summary>
    public static string Management(IEnumerable<string> roles) => PolicyText.Of([PolicyStatement.Allow(["sts:AssumeRole"], roles.Order(StringComparer.Ordinal))]);

    /// <summary>Reading what is shared, where projects push it by roles of their own.</summary>
    public static string Readers(IReadOnlyList<RepositoryName> repositories, IReadOnlyList<BuildPlace> builds) => Shared(repositories, Pull, builds, ["s3:GetObject"]);

    /// <summary>Builds: push to exactly these repositories and prefixes, and read what is there.</summary>
    public static string SharedServices(IReadOnlyList<RepositoryName> repositories, IReadOnlyList<BuildPlace> builds) =>
        Shared(repositories, Push, builds, ["s3:GetObject", "s3:PutObject"]);

    private static string Shared(IReadOnlyList<RepositoryName> repositories, string[] images, IReadOnlyList<BuildPlace> builds, string[] objects)
    {
        var statements = new List<PolicyStatement>();
        if (repositories.Count > 0)
        {
            // A login has no resource of its own (Service Authorization Reference, "Amazon ECR").
            statements.Add(PolicyStatement.Allow(["ecr:GetAuthorizationToken"], "*"));
            statements.Add(PolicyStatement.Allow(images, repositories.Select(r => r.Arn)));
        }

        if (builds.Count > 0) statements.Add(PolicyStatement.Allow(objects, builds.Select(b => b.Arn)));
        // Names only. Narrowed to prefixes, S3 would call a zip that is not there, and the bucket itself, denied (Amazon S3 API Reference, "GetObject", "HeadBucket").
        if (builds.Count > 0) statements.Add(PolicyStatement.Allow(["s3:ListBucket"], builds.Select(b => $"arn:aws:s3:::{b.Bucket}")));
        return PolicyText.Of(statements);
    }

    /// <summary>Who may pull: the whole organization, or else each account by itself. Null where nobody else reads it.</summary>
    public static string? Repository(string? organization, IReadOnlyList<string> accounts) =>
        Readers(new PolicyStatement(Pull, []) { Sid = ReadersSid }, organization, accounts) is { } readers ? PolicyText.Of([readers]) : null;

    /// <summary>Nobody without TLS; whoever may read the shared builds.</summary>
    public static string Bucket(string bucket, string? organization, IReadOnlyList<string> accounts)
    {
        var all = $"arn:aws:s3:::{bucket}";
        var insecure = new PolicyStatement(["s3:*"], [all, $"{all}/*"]) { Sid = "TowpathTlsOnly", Denies = true }.For("*").When("Bool", "aws:SecureTransport", "false");
        var read = Readers(PolicyStatement.Allow(["s3:GetObject"], $"{all}/*") with { Sid = ReadersSid }, organization, accounts);
        return PolicyText.Of(read is null ? [insecure] : [insecure, read]);
    }

    private static PolicyStatement? Readers(PolicyStatement statement, string? organization, IReadOnlyList<string> accounts) => organization switch
    {
        { } id => statement.For("*").When("StringEquals", "aws:PrincipalOrgID", id),
        null when accounts.Count > 0 => statement.For("AWS", accounts.Order(StringComparer.Ordinal).Select(account => $"arn:aws:iam::{account}:root")),
        null => null,
    };
}
