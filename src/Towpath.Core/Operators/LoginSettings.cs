using System.Text;

namespace Towpath.Core.Operators;

/// <summary>How people log in besides with tokens: <c>login</c> of <c>towpath.yaml</c>.</summary>
public sealed record LoginSettings
{
    public static LoginSettings Default { get; } = new();

    /// <summary>Whether GitHub is offered, where the App has a client.</summary>
    public bool GitHub { get; init; } = true;

    public IReadOnlyList<OidcProvider> Oidc { get; init; } = [];
}

/// <summary>An OpenID Connect provider that vouches for people. Prints no secret.</summary>
public sealed record OidcProvider
{
    /// <summary>In addresses, and before names that <see cref="Claim"/> gives.</summary>
    public required string Name { get; init; }

    /// <summary>For people.</summary>
    public required string Title { get; init; }

    /// <summary>Exactly as its tokens name it.</summary>
    public required string Issuer { get; init; }

    public required string ClientId { get; init; }

    /// <summary>In settings a reference, <c>env:NAME</c> or <c>file:PATH</c>; null where the provider knows us without.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>The claim that is the user's name, behind the provider's; null for the verified mail address.</summary>
    public string? Claim { get; init; }

    /// <summary>The mail domains that it may speak for; empty for all.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    private bool PrintMembers(StringBuilder text)
    {
        text.Append("Name = ").Append(Name).Append(", Issuer = ").Append(Issuer);
        return true;
    }
}
