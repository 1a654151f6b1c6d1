// SPDX-License-Identifier: GPL-3.0-or-later
// A program of nothing but the libraries that ui may link; the test looks at what it loads.
int main()
{
    return 0;
}
