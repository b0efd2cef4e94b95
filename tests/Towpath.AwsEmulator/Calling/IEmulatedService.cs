using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.Calling;

/// <summary>One AWS service.</summary>
public interface IEmulatedService
{
    /// <summary>The service's name in the credential scope: ecs, ecr, ssm, s3, sts, lambda, cloudfront, logs, monitoring, iam, elasticloadbalancing.</summary>
    string SigningName { get; }

    /// <summary>How this service spells errors.</summary>
    WireProtocol Wire { get; }

    /// <summary>Whether the body is read before the call is handled; S3 streams.</summary>
    bool BuffersBody => true;

    /// <summary>Names the operation before it is handled: for limits, faults, permissions and the journal.</summary>
    string OperationOf(EmulatorCall call);

    /// <summary>Whether the call may come without a signature.</summary>
    bool AllowsAnonymous(EmulatorCall call) => false;

    /// <summary>The permissions that a call needs. A null resource is compared with nothing.</summary>
    IEnumerable<NeededPermission> NeedsOf(EmulatorCall call) => [new($"{SigningName}:{call.Operation}", null)];

    /// <summary>Handles the call and writes its answer; throws <see cref="AwsFault"/> for an error.</summary>
    Task HandleAsync(EmulatorCall call);
}

/// <summary>An IAM action and the ARN of what it acts on.</summary>
public sealed record NeededPermission(string Action, string? Resource)
{
    /// <summary>What conditions may ask of this one, such as iam:PassedToService.</summary>
    public (string Key, string Value)? Fact { get; init; }
}

/// <summary>A service that obeys its own part of a script: the member of the posted script that is called like its signing name.</summary>
public interface IScriptedService
{
    void Follow(System.Text.Json.Nodes.JsonObject script);
}

/// <summary>A service whose state can be posted: the member that is called like its signing name.</summary>
public interface ISeededService
{
    void Seed(System.Text.Json.Nodes.JsonObject state, string account, string region);
}

/// <summary>A service with routes beside the AWS protocol, such as download links.</summary>
public interface IRoutedService
{
    /// <summary>Paths that do not go to the AWS protocol; <c>/_emulator</c> never does.</summary>
    IReadOnlyList<string> Prefixes => [];

    void Map(IEndpointRouteBuilder endpoints);
}
