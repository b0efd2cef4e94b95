using Towpath.Core.Deliverybot;

namespace Towpath.Core.Operators;

/// <summary>A repository whose <c>.github/deploy.yml</c> is served as it is: one of <c>config.deliverybot</c> of <c>towpath.yaml</c>.</summary>
/// <param name="At">The repository, its branch and whether that has to be protected, as for the configuration's own.</param>
/// <param name="Application">The slug of the application that its file becomes.</param>
public sealed record DeliverybotRepository(ConfigurationRepository At, string Application)
{
    public DeliverybotPlace Place => new(Application, At.Repository);
}
