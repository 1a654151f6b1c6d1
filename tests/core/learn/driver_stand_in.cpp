// SPDX-License-Identifier: GPL-3.0-or-later
// A driver's library with two cards of compute capability 8.6 and 6 GB.
#include <cstddef>
#include <cstdio>

extern "C" {

int cuInit(unsigned int flags)
{
    return flags == 0 ? 0 : 1;
}

int cuDeviceGet(int* device, int number)
{
    *device = number + 40;
    return number >= 0 && number < 2 ? 0 : 101;
}

int cuDeviceGetAttribute(int* value, int attribute, int)
{
    *value = attribute == 75 ? 8 : attribute == 76 ? 6 : -1;
    return 0;
}

int cuDeviceGetName(char* name, int length, int device)
{
    std::snprintf(name, static_cast<std::size_t>(length), "Card %d", device - 40);
    return 0;
}

int cuDeviceTotalMem_v2(std::size_t* bytes, int)
{
    *bytes = std::size_t{6} << 30;
    return 0;
}
}
