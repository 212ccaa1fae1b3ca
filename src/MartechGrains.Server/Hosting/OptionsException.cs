namespace MartechGrains.Server.Hosting;

/// <summary>
/// The server was told something it cannot work with. The message names the setting and the remedy, no secret.
/// </summary>
public sealed class OptionsException : Exception
{
    /// <summary>Names the setting and the remedy.</summary>
    public OptionsException(string message) : base(message)
    {
    }
}
