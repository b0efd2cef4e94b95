namespace Towpath.GitHubEmulator.Calling;

/// <summary>Who may make a call: a permission of an installation, a role of a person, or a kind of caller.</summary>
public sealed record Need(NeedKind Kind, string Permission = "", bool Write = false)
{
    /// <summary>Nobody needs to be known.</summary>
    public static Need Nothing { get; } = new(NeedKind.Nothing);

    public static Need AppToken { get; } = new(NeedKind.AppToken);

    public static Need Person { get; } = new(NeedKind.Person);

    public static Need SignedIn { get; } = new(NeedKind.SignedIn);

    /// <summary>What is said of issues and of pull requests needs either permission.</summary>
    public const string Talk = "issues|pull_requests";

    /// <param name="permission">One, or several of which one suffices, with <c>|</c> between them.</param>
    public static Need ToRead(string permission) => new(NeedKind.Permission, permission);

    public static Need ToWrite(string permission) => new(NeedKind.Permission, permission, Write: true);
}

public enum NeedKind
{
    Nothing,
    AppToken,
    Person,
    SignedIn,
    Permission,
}
