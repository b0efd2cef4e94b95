namespace Towpath.Core.Applications;

/// <summary>What keys of a policy say, for whoever reads it in words.</summary>
public static class PolicyWords
{
    public static string Of(AutoDeploy? auto) => auto switch
    {
        null => "never",
        { Branch: { } branch, Tag: { } tag } => $"branch {branch} or tag {tag}",
        { Branch: { } branch } => $"branch {branch}",
        { Tag: var tag } => $"tag {tag}",
    };

    public static string Of(RequiredChecks? checks) => checks switch
    {
        null => "none",
        { IsEvery: true } => "all",
        { Names.Count: 0 } => "none",
        _ => string.Join(", ", checks.Names),
    };
}
