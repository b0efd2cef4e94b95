using Towpath.Server.Web;

namespace Towpath.Server.Features.Logins;

/// <summary>Somebody who vouches for people: GitHub, or an OpenID Connect provider.</summary>
public interface ILoginProvider
{
    /// <summary>Its name in addresses.</summary>
    string Name { get; }

    /// <summary>Its name for people.</summary>
    string Title { get; }

    bool IsOffered { get; }

    /// <summary>Where the browser goes.</summary>
    Task<Answer<Uri>> BeginAsync(LoginAttempt attempt, CancellationToken cancellationToken);

    /// <summary>Who it is, for a code that came back with the right state.</summary>
    /// <param name="attempt">What began in this browser.</param>
    /// <param name="code">What the browser brought.</param>
    /// <param name="query">What else it brought.</param>
    /// <param name="cancellationToken">Cancels the question.</param>
    Task<Answer<OutsidePerson>> EndAsync(LoginAttempt attempt, string code, IQueryCollection query, CancellationToken cancellationToken);
}
