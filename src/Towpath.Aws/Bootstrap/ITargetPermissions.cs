using Towpath.Aws.Bootstrap.Policies;
using Towpath.Core;
using Towpath.Core.Applications;

namespace Towpath.Aws.Bootstrap;

/// <summary>Says which calls a target of one kind makes on which resources, so that a role may do exactly these.</summary>
public interface ITargetPermissions
{
    /// <summary>The target that it knows.</summary>
    string Kind { get; }

    /// <summary>The environment's own bucket that a target writes to, or a reference to the parameter that names it; null for none.</summary>
    string? BucketOf(TargetSpec target) => null;

    Task<NeededAccess> OfAsync(AccessQuestion question, CancellationToken cancellationToken);
}

/// <param name="Key">The environment.</param>
/// <param name="Environment">Its spec.</param>
/// <param name="Artifacts">What the application is made of.</param>
/// <param name="Account">The account of the role.</param>
/// <param name="ValueOf">What a setting stands for: itself, or the value of the parameter that it refers to; null where there is none yet.</param>
/// <param name="Scope">For looks at what runs there already.</param>
public sealed record AccessQuestion(
    EnvironmentKey Key, EnvironmentSpec Environment, IReadOnlyList<ArtifactSpec> Artifacts, string Account, Func<string, string?> ValueOf, Calling.AwsScope Scope);

/// <param name="Statements">What the role is to be allowed.</param>
/// <param name="Missing">What is not known yet, in words; the role cannot be limited before it is.</param>
public sealed record NeededAccess(IReadOnlyList<PolicyStatement> Statements, IReadOnlyList<string> Missing);
