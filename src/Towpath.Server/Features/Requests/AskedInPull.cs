using Towpath.Core.Deployments;
using Towpath.Engine.Work;

namespace Towpath.Server.Features.Requests;

/// <summary>A request that a comment of a pull request makes.</summary>
/// <param name="Pull">The pull request, where it is told what becomes of it.</param>
/// <param name="Alongside">What is saved with it, so that the comment is followed once.</param>
public sealed record AskedInPull(PullReference Pull, Alongside Alongside);
