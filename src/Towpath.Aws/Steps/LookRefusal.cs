using Towpath.Aws.Calling;
using Towpath.Core.Targets;

namespace Towpath.Aws.Steps;

/// <summary>What AWS's answer means for a plan or another look.</summary>
public static class LookRefusal
{
    /// <summary>Null for a technical error, which is thrown on and tried again.</summary>
    public static RefusalKind? KindOf(AwsException exception) => exception switch
    {
        { IsTransient: true } or { IsAboutCredentials: true } => null,
        { IsDenied: true } => RefusalKind.NotAllowed,
        _ => RefusalKind.Wrong,
    };
}
