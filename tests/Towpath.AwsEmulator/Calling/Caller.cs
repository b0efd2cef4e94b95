namespace Towpath.AwsEmulator.Calling;

/// <summary>Who calls, and where: resources live per account and region.</summary>
public sealed record Caller
{
    public static readonly Caller Nobody = new() { Account = "", Region = "", AccessKey = "", Arn = "", UserId = "" };

    public required string Account { get; init; }

    /// <summary>The region of the credential scope.</summary>
    public required string Region { get; init; }

    public required string AccessKey { get; init; }

    /// <summary><c>arn:aws:iam::…:user/admin</c> or <c>arn:aws:sts::…:assumed-role/ROLE/SESSION</c>.</summary>
    public required string Arn { get; init; }

    public required string UserId { get; init; }

    /// <summary>The role of a session; null for an administrator.</summary>
    public string? RoleArn { get; init; }

    public string? SessionName { get; init; }

    /// <summary>What the session was further limited to.</summary>
    internal Policies.PolicyDocument? SessionPolicy { get; init; }

    public bool IsSession => RoleArn is not null;
}
