namespace MartechGrains.Core.Facts;

/// <summary>
/// The low 64 bits of event hashes in an open-addressed table: 11 to 22 bytes an event. Never a false negative; a false
/// positive needs two hashes that agree in 64 bits.
/// </summary>
internal sealed class FingerprintSet
{
    private ulong[] _slots = new ulong[4];
    private bool _holdsZero;
    private int _used;

    public int Count => _used + (_holdsZero ? 1 : 0);

    public bool Contains(ulong fingerprint) =>
        fingerprint == 0 ? _holdsZero : _slots[Place(_slots, fingerprint)] == fingerprint;

    public bool Add(ulong fingerprint)
    {
        if (fingerprint == 0)
        {
            var added = !_holdsZero;
            _holdsZero = true;
            return added;
        }

        var place = Place(_slots, fingerprint);
        if (_slots[place] == fingerprint)
            return false;
        _slots[place] = fingerprint;
        if (++_used * 4L > _slots.Length * 3L)
            Grow();
        return true;
    }

    public bool Remove(ulong fingerprint)
    {
        if (fingerprint == 0)
        {
            var held = _holdsZero;
            _holdsZero = false;
            return held;
        }

        var place = Place(_slots, fingerprint);
        if (_slots[place] != fingerprint)
            return false;
        _slots[place] = 0;
        _used--;
        Close(place);
        return true;
    }

    /// <summary>All of them, ascending.</summary>
    public ulong[] ToSortedArray()
    {
        var all = new List<ulong>(Count);
        if (_holdsZero)
            all.Add(0);
        foreach (var slot in _slots)
        {
            if (slot != 0)
                all.Add(slot);
        }

        all.Sort();
        return [.. all];
    }

    private static int Place(ulong[] slots, ulong fingerprint)
    {
        var mask = slots.Length - 1;
        var place = (int)fingerprint & mask;
        while (slots[place] != 0 && slots[place] != fingerprint)
            place = (place + 1) & mask;
        return place;
    }

    // Whoever stands behind a freed slot is put in again, so that no search ends too early.
    private void Close(int freed)
    {
        var mask = _slots.Length - 1;
        for (var place = (freed + 1) & mask; _slots[place] != 0; place = (place + 1) & mask)
        {
            var moved = _slots[place];
            _slots[place] = 0;
            _slots[Place(_slots, moved)] = moved;
        }
    }

    private void Grow()
    {
        var larger = new ulong[_slots.Length * 2];
        foreach (var slot in _slots)
        {
            if (slot != 0)
                larger[Place(larger, slot)] = slot;
        }

        _slots = larger;
    }
}
