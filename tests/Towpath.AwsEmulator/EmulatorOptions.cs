namespace Towpath.AwsEmulator;

/// <summary>What an emulator is started with.</summary>
public sealed record EmulatorOptions
{
    /// <summary>0 takes a free port.</summary>
    public int Port { get; init; }

    /// <summary>The account of the access key.</summary>
    public string Account { get; init; } = "111111111111";

    /// <summary>Every account belongs to this organization, for <c>aws:PrincipalOrgID</c>.</summary>
    public string Organization { get; init; } = "o-towpath000";

    public string Region { get; init; } = "us-east-1";

    /// <summary>The access key of the administrator of <see cref="Account"/>. <c>AKIA222222222222TEST</c> is, with the same secret, the one of account 222222222222.</summary>
    public string AccessKey { get; init; } = "AKIATOWPATHTEST";

    public string Secret { get; init; } = "towpath-test-secret";

    /// <summary>Whether AWS's documented request limits are enforced.</summary>
    public bool DocumentedLimits { get; init; }

    /// <summary>Added to every call before it is handled.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Where large objects of S3 are kept; null: a folder of its own, deleted at the end.</summary>
    public string? DataFolder { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
