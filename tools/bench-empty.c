/* What starting and ending any process takes. */
int main(void) {
    return 0;
}
